// Somebody followed an invite link: `#/invited/<hash>`. What the room is, and the way in.

import { createResource, createSignal, Match, Show, Switch, type JSX } from 'solid-js'
import type { tl } from '@mtcute/web'
import { useAccount } from '../../state/account'
import { errorName } from '../../telegram/errors'
import { roomKey } from '../../telegram/peers'
import { t } from '../../texts'
import { Loaded } from '../parts/form'
import { Page, Part } from '../parts/page'
import { chatPath, go, place } from '../router'
import { useForm } from '../sign-in/steps'
import { membersWord } from './words'

export default function Invited(): JSX.Element {
  const account = useAccount()
  const hash = (): string => place().path[1] ?? ''
  const [asked, setAsked] = createSignal(false)
  const [found, { refetch }] = createResource(hash, async (one) => {
    const answer = await account.call({ _: 'messages.checkChatInvite', hash: one })
    if (answer._ === 'chatInviteAlready') go(chatPath(roomKey(answer.chat)), true)
    return answer
  })
  const join = useForm(async () => {
    try {
      const updates = await account.act({ _: 'messages.importChatInvite', hash: hash() })
      const room = 'chats' in updates ? updates.chats[0] : undefined
      if (!room) return
      await account.loadDialog(roomKey(room))
      go(chatPath(roomKey(room)), true)
    } catch (error) {
      if (errorName(error) !== 'INVITE_REQUEST_SENT') throw error
      setAsked(true)
    }
  })
  return (
    <Page title={t('rooms.invited')} back="">
      <Loaded from={found} again={refetch}>
        {(answer) => (
          <Show when={inviteOf(answer())}>
            {(invite) => (
              <Part>
                <div class="portrait">
                  <h2 class="name" dir="auto">{invite().title}</h2>
                  <p class="muted">{membersWord(invite().broadcast === true, invite().participantsCount)}</p>
                  <Show when={invite().about}>{(about) => <p dir="auto">{about()}</p>}</Show>
                  <Switch fallback={<button class="button" aria-busy={join.busy()} onClick={() => join.submit()}>{t(invite().requestNeeded ? 'rooms.ask_in' : invite().broadcast ? 'rooms.join_channel' : 'rooms.join_group')}</button>}>
                    <Match when={asked()}><p class="notice good" role="status">{t('rooms.asked_in')}</p></Match>
                  </Switch>
                  <Show when={invite().requestNeeded && !asked()}><p class="muted small">{t('rooms.ask_in_hint')}</p></Show>
                  <Show when={join.error()}><p class="notice danger" role="alert">{join.error()}</p></Show>
                </div>
              </Part>
            )}
          </Show>
        )}
      </Loaded>
    </Page>
  )
}

function inviteOf(answer: tl.TypeChatInvite): tl.RawChatInvite | undefined {
  return answer._ === 'chatInvite' ? answer : undefined
}
