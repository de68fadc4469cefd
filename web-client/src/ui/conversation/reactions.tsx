// Reactions under a message: how many of each, one's own marked; a click gives or takes one.

import { For, Show, type JSX } from 'solid-js'
import type { tl } from '@mtcute/web'
import { t } from '../../texts'
import { sayError } from '../parts/toast'
import { useChat, type Chat } from './chat'

export const QUICK = ['👍', '❤', '🔥', '😁', '😢', '🎉', '🤔', '👏']

export const signOf = (reaction: tl.TypeReaction): string => (reaction._ === 'reactionEmoji' ? reaction.emoticon : '★')

/** This person's reaction is given, or taken back if it was given before. */
export async function react(chat: Chat, id: number, emoticon: string): Promise<void> {
  const message = chat.account.messages.peek(chat.peer, id)
  const results = message?.reactions?.results ?? []
  const given = results.filter((one) => one.chosenOrder !== undefined).map((one) => one.reaction)
  const mine = given.some((one) => signOf(one) === emoticon)
  const reaction: tl.TypeReaction[] = mine ? given.filter((one) => signOf(one) !== emoticon) : [{ _: 'reactionEmoji', emoticon }]
  await chat.account.act({ _: 'messages.sendReaction', peer: chat.account.peers.input(chat.peer), msgId: id, reaction, addToRecent: true }).catch(sayError)
}

export function Reactions(props: { message: tl.RawMessage; row: number }): JSX.Element {
  const chat = useChat()
  const results = (): tl.TypeReactionCount[] => props.message.reactions?.results ?? []
  return (
    <Show when={results().length}>
      <div class="reactions">
        <For each={results()}>
          {(one) => (
            <button class="chip little" aria-pressed={one.chosenOrder !== undefined} aria-label={t('reaction.label', { sign: signOf(one.reaction), n: one.count })} onClick={() => void react(chat, props.row, signOf(one.reaction))}>
              <span aria-hidden="true">{signOf(one.reaction)}</span> {one.count}
            </button>
          )}
        </For>
      </div>
    </Show>
  )
}
