// "… is writing": what people do in a chat right now.

import type { JSX } from 'solid-js'
import { useAccount } from '../../state/account'
import type { Doing } from '../../state/presence'
import { isUser, type PeerKey } from '../../telegram/peers'
import { t, type Key } from '../../texts'

const WORDS: Partial<Record<Doing['what'], Key>> = {
  sendMessageRecordAudioAction: 'doing.voice',
  sendMessageUploadAudioAction: 'doing.voice',
  sendMessageUploadPhotoAction: 'doing.photo',
  sendMessageUploadVideoAction: 'doing.video',
  sendMessageUploadDocumentAction: 'doing.file',
}

export function DoingWords(props: { peer: PeerKey }): JSX.Element {
  const { peers, presence } = useAccount()
  const words = (): string => {
    const doing = presence.doing.get(props.peer) ?? []
    const first = doing[0]
    if (!first) return ''
    const what = t(WORDS[first.what] ?? 'doing.typing')
    if (isUser(props.peer)) return what
    if (doing.length > 1) return t('doing.several', { n: doing.length })
    return t('doing.who', { who: peers.shortName(first.who), what })
  }
  return <span class="doing" dir="auto">{words()}</span>
}
