// Name, picture, the words about oneself and the public name.

import { createResource, createSignal, Show, type JSX } from 'solid-js'
import { useAccount, type Account } from '../../state/account'
import { explain } from '../../telegram/errors'
import { t } from '../../texts'
import { Area } from '../parts/form'
import { Avatar } from '../parts/avatar'
import { Page, Part } from '../parts/page'
import { PhotoButton } from '../parts/photo-button'
import { say, sayError } from '../parts/toast'
import { Field, useForm } from '../sign-in/steps'

export default function Profile(): JSX.Element {
  const account = useAccount()
  const [full] = createResource(() => account.call({ _: 'users.getFullUser', id: { _: 'inputUserSelf' } }))
  return (
    <Page title={t('settings.profile')} back="settings">
      <Part>
        <div class="portrait">
          <Avatar peer={account.self} size="large" />
          <div class="cluster">
            <PhotoButton label={t('settings.photo')} send={async (file) => void (await account.call({ _: 'photos.uploadProfilePhoto', file }))} />
            <Show when={account.peers.photo(account.self)}>
              <button class="button plain little" onClick={() => void removePhoto(account)}>{t('settings.photo_remove')}</button>
            </Show>
          </div>
        </div>
      </Part>
      <Show when={full.latest} fallback={<span class="spinner" role="status" aria-label={t('loading')} />}>
        {(found) => <Names about={found().fullUser.about ?? ''} />}
      </Show>
      <Username />
    </Page>
  )
}

async function removePhoto(account: Account): Promise<void> {
  await account.call({ _: 'photos.updateProfilePhoto', id: { _: 'inputPhotoEmpty' } }).catch(sayError)
}

function Names(props: { about: string }): JSX.Element {
  const account = useAccount()
  const me = account.peers.people.peek(account.self)
  const [first, setFirst] = createSignal(me?.firstName ?? '')
  const [last, setLast] = createSignal(me?.lastName ?? '')
  const [about, setAbout] = createSignal(props.about)
  const form = useForm(async () => {
    const user = await account.call({ _: 'account.updateProfile', firstName: first().trim(), lastName: last().trim(), about: about().trim() })
    account.peers.put([user], [])
    say(t('settings.saved'))
  })
  return (
    <Part>
      <form class="stack" onSubmit={form.submit}>
        <div class="half">
          <Field id="first" label={t('sign_in.first_name')} value={first()} set={setFirst} maxlength={64} autocomplete="given-name" required error={form.error()} />
          <Field id="last" label={t('sign_in.last_name')} value={last()} set={setLast} maxlength={64} autocomplete="family-name" />
        </div>
        <Area id="about" label={t('settings.about')} hint={t('settings.about_hint')} value={about()} set={setAbout} maxlength={70} />
        <button class="button" type="submit" aria-busy={form.busy()}>{t('settings.save')}</button>
      </form>
    </Part>
  )
}

function Username(): JSX.Element {
  const account = useAccount()
  const now = account.peers.username(account.self) ?? ''
  const [name, setName] = createSignal(now)
  const [state, setState] = createSignal('')
  const [wrong, setWrong] = createSignal('')
  let asked = 0
  const typed = (value: string): void => {
    const wanted = value.trim().replace(/^@/, '')
    setName(wanted)
    setState('')
    setWrong('')
    const turn = ++asked
    if (wanted.length < 5 || wanted === now) return
    window.setTimeout(() => {
      if (turn !== asked) return
      account.call({ _: 'account.checkUsername', username: wanted }).then(
        (free) => turn === asked && (free ? setState(t('settings.username_free')) : setWrong(t('settings.username_taken'))),
        (error: unknown) => turn === asked && setWrong(explain(error)),
      )
    }, 400)
  }
  const form = useForm(async () => {
    account.peers.put([await account.call({ _: 'account.updateUsername', username: name() })], [])
    setState('')
    say(t('settings.saved'))
  })
  return (
    <Part title={t('settings.username')}>
      <form class="stack" onSubmit={form.submit}>
        <Field id="username" label={t('settings.username_label')} hint={state() || t('settings.username_hint')} error={wrong() || form.error()} value={name()} set={typed} maxlength={32} autocomplete="off" />
        <button class="button" type="submit" aria-busy={form.busy()}>{t('settings.save')}</button>
      </form>
    </Part>
  )
}
