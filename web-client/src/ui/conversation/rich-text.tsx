// Text with its formatting. Only text nodes and elements of ours: nothing people write becomes markup.

import { For, type JSX } from 'solid-js'
import { t } from '../../texts'
import { say } from '../parts/toast'
import { followLink, leadsTo } from '../links'
import { treeOf, type Entity, type Node } from './rich'

export function RichText(props: { text: string; entities?: readonly Entity[] }): JSX.Element {
  return <For each={treeOf(props.text, props.entities)}>{(node) => <Piece node={node} />}</For>
}

function Piece(props: { node: Node }): JSX.Element {
  const { node } = props
  if (typeof node === 'string') return node
  const inside = (): JSX.Element => <For each={node.inside}>{(one) => <Piece node={one} />}</For>
  switch (node.entity._) {
    case 'messageEntityBold':
      return <strong>{inside()}</strong>
    case 'messageEntityItalic':
      return <em>{inside()}</em>
    case 'messageEntityUnderline':
      return <u>{inside()}</u>
    case 'messageEntityStrike':
      return <s>{inside()}</s>
    case 'messageEntityCode':
      return <code class="tap" onClick={() => copy(node.text)}>{node.text}</code>
    case 'messageEntityPre':
      return <pre class="code-block" data-language={node.entity.language}><code>{node.text}</code></pre>
    case 'messageEntityBlockquote':
      return <blockquote class="quote">{inside()}</blockquote>
    case 'messageEntitySpoiler':
      return <Spoiler>{inside()}</Spoiler>
    case 'messageEntityUrl':
      return <Link address={withScheme(node.text)}>{inside()}</Link>
    case 'messageEntityEmail':
      return <Link address={`mailto:${node.text}`}>{inside()}</Link>
    case 'messageEntityPhone':
      return <Link address={`tel:${node.text.replace(/[^\d+]/g, '')}`}>{inside()}</Link>
    case 'messageEntityTextUrl':
      return <Link address={node.entity.url} named>{inside()}</Link>
    case 'messageEntityMention':
      return <a href={`#/to/${node.text.slice(1)}`}>{inside()}</a>
    case 'messageEntityMentionName':
      return <a href={`#/c/${node.entity.userId}`}>{inside()}</a>
    case 'messageEntityHashtag':
    case 'messageEntityCashtag':
      return <a href={`#/tag/${encodeURIComponent(node.text)}`}>{inside()}</a>
    default:
      return inside()
  }
}

const copy = (text: string): void => void navigator.clipboard.writeText(text).then(() => say(t('copied')))
const withScheme = (text: string): string => (/^[a-z][\w+.-]*:/i.test(text) ? text : `https://${text}`)
/** Addresses a link may have; anything else is shown as text. */
const SAFE = /^(https?|mailto|tel|tg):/i

function Link(props: { address: string; named?: boolean; children: JSX.Element }): JSX.Element {
  if (!SAFE.test(props.address)) return <>{props.children}</>
  const follow = (event: MouseEvent): void => followLink(event, props.address, props.named === true)
  return <a href={leadsTo(props.address)} target="_blank" rel="noopener noreferrer" title={props.named ? props.address : undefined} onClick={follow}>{props.children}</a>
}

function Spoiler(props: { children: JSX.Element }): JSX.Element {
  const show = (event: Event): void => void (event.currentTarget as HTMLElement).toggleAttribute('data-shown', true)
  return (
    <span class="spoiler" role="button" tabindex="0" aria-label={t('spoiler')} onClick={show} onKeyDown={(event) => (event.key === 'Enter' || event.key === ' ') && show(event)}>
      {props.children}
    </span>
  )
}
