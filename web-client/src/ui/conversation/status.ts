// When somebody was last here, as precisely as they let us know.

import type { tl } from '@mtcute/web'
import { t } from '../../texts'
import { clock, sameDay, shortDate } from './times'

export function lastSeen(status: tl.TypeUserStatus | undefined, now: number): string {
  switch (status?._) {
    case 'userStatusOnline':
      return t('seen.recently')
    case 'userStatusOffline': {
      const minutes = Math.floor((now - status.wasOnline) / 60)
      if (minutes < 1) return t('seen.just_now')
      if (minutes < 60) return t('seen.minutes', { n: minutes })
      if (sameDay(status.wasOnline, now)) return t('seen.today', { time: clock(status.wasOnline) })
      return t('seen.date', { date: shortDate(status.wasOnline) })
    }
    case 'userStatusRecently':
      return t('seen.recently')
    case 'userStatusLastWeek':
      return t('seen.week')
    case 'userStatusLastMonth':
      return t('seen.month')
    default:
      return t('seen.long_ago')
  }
}
