// The thread under a message, or the comments on a post: `#/t/<peer>/<message>`.

import { Show, type JSX } from 'solid-js'
import { place } from '../router'
import { Conversation } from './conversation'

export default function Thread(): JSX.Element {
  const key = (): string => `${place().path[1]}/${place().path[2]}`
  return <Show when={key()} keyed>{(_) => <Conversation peer={Number(place().path[1])} thread={Number(place().path[2])} />}</Show>
}
