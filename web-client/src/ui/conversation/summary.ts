// One line that stands for a message: in the chat list, in quotes, in notices.

import type { tl } from '@mtcute/web'
import type { Account } from '../../state/account'
import { senderOf, type Msg } from '../../state/messages'
import { channelKey, userKey, type PeerKey } from '../../telegram/peers'
import { t, type Key } from '../../texts'
import { duration } from './times'

export function textOf(account: Account, message: Msg): string {
  if (message._ === 'messageService') return serviceText(account, message)
  const media = mediaWord(message.media)
  return [media, message.message].filter(Boolean).join(' ') || t('media.other')
}

/** What the message carries, in a word; empty for plain text and link cards. */
export function mediaWord(media: tl.TypeMessageMedia | undefined): string {
  if (!media) return ''
  switch (media._) {
    case 'messageMediaEmpty':
    case 'messageMediaWebPage':
      return ''
    case 'messageMediaPhoto':
      return t('media.photo')
    case 'messageMediaDocument':
      return media.document?._ === 'document' ? documentWord(media.document) : t('media.file')
    case 'messageMediaPoll':
      return `${t('media.poll')} ${media.poll.question.text}`
    case 'messageMediaContact':
      return `${t('media.contact')} ${media.firstName}`
    case 'messageMediaGeo':
    case 'messageMediaGeoLive':
    case 'messageMediaVenue':
      return t('media.place')
    default:
      return t('media.other')
  }
}

export type DocumentKind = 'voice' | 'round' | 'video' | 'animation' | 'sticker' | 'audio' | 'file'

export function kindOf(document: tl.RawDocument): DocumentKind {
  const has = (name: tl.TypeDocumentAttribute['_']): boolean => document.attributes.some((one) => one._ === name)
  if (has('documentAttributeSticker')) return 'sticker'
  if (has('documentAttributeAnimated')) return 'animation'
  for (const one of document.attributes) {
    if (one._ === 'documentAttributeAudio') return one.voice ? 'voice' : 'audio'
    if (one._ === 'documentAttributeVideo') return one.roundMessage ? 'round' : 'video'
  }
  return 'file'
}

export function fileName(document: tl.RawDocument): string {
  for (const one of document.attributes) if (one._ === 'documentAttributeFilename') return one.fileName
  return t('media.file')
}

export function durationOf(document: tl.RawDocument): number {
  for (const one of document.attributes) {
    if (one._ === 'documentAttributeAudio' || one._ === 'documentAttributeVideo') return one.duration
  }
  return 0
}

function documentWord(document: tl.RawDocument): string {
  const kind = kindOf(document)
  if (kind === 'voice') return `${t('media.voice')} ${duration(durationOf(document))}`
  if (kind === 'file') return fileName(document)
  return t(`media.${kind}` as Key)
}

/** What happened, told by the chat itself. */
export function serviceText(account: Account, message: tl.RawMessageService): string {
  const who = account.peers.name(senderOf(message))
  const names = (ids: readonly number[]): string => ids.map((id) => account.peers.name(userKey(id))).join(', ')
  const { action } = message
  switch (action._) {
    case 'messageActionChatCreate':
      return t('service.created', { who, title: action.title })
    case 'messageActionChannelCreate':
      return t(account.peers.isBroadcast(channelOf(message)) ? 'service.channel_created' : 'service.created', { who, title: action.title })
    case 'messageActionChatEditTitle':
      return t('service.title', { who, title: action.title })
    case 'messageActionChatEditPhoto':
      return t('service.photo', { who })
    case 'messageActionChatDeletePhoto':
      return t('service.photo_gone', { who })
    case 'messageActionChatAddUser':
      return action.users.length === 1 && action.users[0] === senderOf(message) ? t('service.joined', { who }) : t('service.added', { who, names: names(action.users) })
    case 'messageActionChatDeleteUser':
      return action.userId === senderOf(message) ? t('service.left', { who }) : t('service.removed', { who, names: names([action.userId]) })
    case 'messageActionChatJoinedByLink':
    case 'messageActionChatJoinedByRequest':
      return t('service.joined', { who })
    case 'messageActionPinMessage':
      return t('service.pinned', { who })
    case 'messageActionHistoryClear':
      return t('service.cleared')
    case 'messageActionChatMigrateTo':
    case 'messageActionChannelMigrateFrom':
      return t('service.migrated')
    case 'messageActionContactSignUp':
      return t('service.signed_up', { who })
    case 'messageActionTopicCreate':
      return t('service.topic', { who, title: action.title })
    case 'messageActionTopicEdit':
      return t('service.topic_changed', { who })
    case 'messageActionSetMessagesTTL':
      return action.period ? t('service.ttl', { who, time: duration(action.period) }) : t('service.ttl_off', { who })
    default:
      return t('service.other', { who })
  }
}

function channelOf(message: tl.RawMessageService): PeerKey {
  return message.peerId._ === 'peerChannel' ? channelKey(message.peerId.channelId) : 0
}
