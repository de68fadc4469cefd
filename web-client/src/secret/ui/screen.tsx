// `#/s/<chat>`: a secret chat, or why it cannot be shown.

import { Match, Switch, type JSX } from 'solid-js'
import { useAccount } from '../../state/account'
import { t } from '../../texts'
import { Page, Part } from '../../ui/parts/page'
import { sayError } from '../../ui/parts/toast'
import { place } from '../../ui/router'
import '../../ui/styles/secret.css'
import { Asked, Asking } from './before'
import { Conversation } from './conversation'

export default function SecretScreen(): JSX.Element {
  const account = useAccount()
  const door = account.secret
  const id = (): number => Number(place().path[1])
  if (door.where() !== 'never') void door.open().catch(sayError)
  const room = () => door.held()?.room(id())
  const waiting = (): boolean => !door.held() && door.where() === 'shut'
  return (
    <Switch>
      <Match when={door.where() === 'never'}><Sorry title={t('secret.never')} text={t('secret.never_text')} /></Match>
      <Match when={door.where() === 'elsewhere'}>
        <Sorry title={t('secret.elsewhere')} text={t('secret.elsewhere_text')}>
          <button class="button" onClick={() => void door.claim().catch(sayError)}>{t('secret.claim')}</button>
        </Sorry>
      </Match>
      <Match when={waiting()}><div class="centre"><span class="spinner" role="status" aria-label={t('loading')} /></div></Match>
      <Match when={room()} keyed>
        {(found) => (
          <Switch fallback={<Conversation room={found} />}>
            <Match when={found.view().chat.stage === 'asking'}><Asking room={found} /></Match>
            <Match when={found.view().chat.stage === 'asked'}><Asked room={found} /></Match>
          </Switch>
        )}
      </Match>
      <Match when={true}><Sorry title={t('secret.gone')} text={t('secret.gone_text')} /></Match>
    </Switch>
  )
}

function Sorry(props: { title: string; text: string; children?: JSX.Element }): JSX.Element {
  return (
    <Page title={t('secret.mark')} back="">
      <Part>
        <h2 class="part-title">{props.title}</h2>
        <p>{props.text}</p>
        {props.children}
      </Part>
    </Page>
  )
}
