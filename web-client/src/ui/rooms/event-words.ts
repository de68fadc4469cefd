// An entry of a room's admin log in words: what was done, and where it helps, what it was before and after.

import type { tl } from '@mtcute/web'
import type { Account } from '../../state/account'
import type { Msg } from '../../state/messages'
import { keyOf, userKey } from '../../telegram/peers'
import { t } from '../../texts'
import { textOf } from '../conversation/summary'
import { spanOf } from './words'

type Action = tl.TypeChannelAdminLogEventAction
const PREFIX = 'channelAdminLogEventAction'

/** "changed the title", "restricted Bob", …; a kind of entry we have no words for is told as such. */
export function eventWords(account: Account, action: Action): string {
  const name = action._.slice(PREFIX.length)
  switch (action._) {
    case 'channelAdminLogEventActionParticipantInvite':
    case 'channelAdminLogEventActionParticipantToggleBan':
    case 'channelAdminLogEventActionParticipantToggleAdmin':
      return t(wordOf(action), { name: nameOf(account, participantOf(action)) })
    case 'channelAdminLogEventActionParticipantJoinByRequest':
      return t('event.let_in')
    case 'channelAdminLogEventActionToggleSignatures':
    case 'channelAdminLogEventActionTogglePreHistoryHidden':
    case 'channelAdminLogEventActionToggleNoForwards':
    case 'channelAdminLogEventActionToggleForum':
      return t(SWITCHES[action._], { state: t(('newValue' in action ? action.newValue : false) ? 'event.on' : 'event.off') })
    case 'channelAdminLogEventActionToggleSlowMode':
      return t('event.slow', { state: action.newValue ? spanOf(action.newValue) : t('event.off') })
    case 'channelAdminLogEventActionChangeHistoryTTL':
      return t('event.ttl', { state: action.newValue ? spanOf(action.newValue) : t('event.off') })
    default:
      return name in SIMPLE ? t(SIMPLE[name as keyof typeof SIMPLE]) : t('event.other')
  }
}

const SWITCHES = {
  channelAdminLogEventActionToggleSignatures: 'event.signatures',
  channelAdminLogEventActionTogglePreHistoryHidden: 'event.history',
  channelAdminLogEventActionToggleNoForwards: 'event.protected',
  channelAdminLogEventActionToggleForum: 'event.topics',
} as const

const SIMPLE = {
  ChangeTitle: 'event.title',
  ChangeAbout: 'event.about',
  ChangeUsername: 'event.username',
  ChangeUsernames: 'event.username',
  ChangePhoto: 'event.photo',
  ChangeLinkedChat: 'event.discussion',
  ChangeAvailableReactions: 'event.reactions',
  DefaultBannedRights: 'event.permissions',
  UpdatePinned: 'event.pinned',
  EditMessage: 'event.edited',
  DeleteMessage: 'event.deleted',
  SendMessage: 'event.sent',
  StopPoll: 'event.poll',
  ParticipantJoin: 'event.joined',
  ParticipantJoinByInvite: 'event.joined_by_link',
  ParticipantLeave: 'event.left',
  ExportedInviteRevoke: 'event.link_revoked',
  ExportedInviteDelete: 'event.link_deleted',
  ExportedInviteEdit: 'event.link_edited',
  CreateTopic: 'event.topic_made',
  EditTopic: 'event.topic_edited',
  DeleteTopic: 'event.topic_deleted',
  PinTopic: 'event.topic_pinned',
  ToggleInvites: 'event.invites',
} as const

type WithPerson = Extract<Action, { _: 'channelAdminLogEventActionParticipantInvite' | 'channelAdminLogEventActionParticipantToggleBan' | 'channelAdminLogEventActionParticipantToggleAdmin' }>

const participantOf = (action: WithPerson): tl.TypeChannelParticipant => ('participant' in action ? action.participant : action.newParticipant)

function nameOf(account: Account, one: tl.TypeChannelParticipant): string {
  return account.peers.name('peer' in one ? keyOf(one.peer) : userKey(one.userId))
}

function wordOf(action: WithPerson): 'event.invited' | 'event.banned' | 'event.restricted' | 'event.lifted' | 'event.admin' | 'event.no_admin' | 'event.owner' {
  if (action._ === 'channelAdminLogEventActionParticipantInvite') return 'event.invited'
  const now = action.newParticipant
  if (action._ === 'channelAdminLogEventActionParticipantToggleAdmin') {
    if (now._ === 'channelParticipantCreator') return 'event.owner'
    return now._ === 'channelParticipantAdmin' ? 'event.admin' : 'event.no_admin'
  }
  if (now._ !== 'channelParticipantBanned') return 'event.lifted'
  return now.bannedRights.viewMessages ? 'event.banned' : 'event.restricted'
}

/** What it was before and after, or the message it is about. */
export function eventDetail(account: Account, action: Action): string {
  if ('prevMessage' in action && 'newMessage' in action) return `${said(account, action.prevMessage)} → ${said(account, action.newMessage)}`
  if ('message' in action) return said(account, action.message)
  if ('prevValue' in action && typeof action.prevValue === 'string') return `${action.prevValue || '–'} → ${'newValue' in action ? String(action.newValue) || '–' : ''}`
  return ''
}

const said = (account: Account, message: tl.TypeMessage): string => (message._ === 'messageEmpty' ? '' : textOf(account, message as Msg))
