// A panel of signs; arrows and Enter choose, Escape leaves. The letters are the system's own.

import { For, onMount, type JSX } from 'solid-js'
import { t } from '../../texts'

const GROUPS = [
  '😀😃😄😁😆😅😂🙂🙃😉😊😇🥰😍🤩😘😋😛😜🤪🤗🤭🤫🤔😐😶😏😒🙄😬😌😔😪😴😷🤒🤕🤢🤧🥵🥶🥴😵🤯🤠🥳😎🤓🧐😕😟🙁😮😲😳🥺😨😰😢😭😱😖😞😓😩😤😡🤬😈💀💩🤡👻👽🤖',
  '👋🤚✋🖖👌🤏🤞🤟🤘🤙👈👉👆👇👍👎✊👊👏🙌👐🤲🤝🙏💪👀🧠👶👧👦👩👨👵👴🙋🤷🤦🏃💃🕺',
  '❤🧡💛💚💙💜🖤🤍🤎💔💕💞💓💗💖💘💝💯💢💥💫💦💨🔥⭐🌟✨🎉🎊🎈🎁🏆🥇⚽🏀🎮🎲🎵🎶🎸🎤',
  '🐶🐱🐭🐹🐰🦊🐻🐼🐨🐯🦁🐮🐷🐸🐵🐔🐧🐦🦆🦉🐺🐴🦄🐝🦋🐌🐞🐢🐍🐙🐟🐬🐳🌵🎄🌲🌳🌴🌱🍀🍁🍄🌷🌹🌻🌸🌍🌙☀⛅🌈☔❄⛄',
  '🍏🍎🍐🍊🍋🍌🍉🍇🍓🍒🍑🥝🍅🥑🥦🌽🥕🥐🍞🧀🥚🍳🥞🍔🍟🍕🌭🥪🌮🍝🍜🍣🍦🍩🍪🎂🍫🍿☕🍵🍺🍷🥂',
  '🚗🚌🚲✈🚀🚢🏠🏢⛪🏥🏫🏖⛰🗺⌚📱💻🖨📷🎥📞📺⏰💡🔦🔋🔑🔒🔨🧰💊🧪📦📬📝📅📌📎✂🔍📚💰💳⚖🛒✅❌❓❗⚠🚫🔔🔕',
]

export default function EmojiPanel(props: { choose: (sign: string) => void; close: () => void }): JSX.Element {
  let box!: HTMLDivElement
  onMount(() => box.querySelector('button')?.focus())
  const key = (event: KeyboardEvent): void => {
    const all = [...box.querySelectorAll('button')]
    const at = all.indexOf(document.activeElement as HTMLButtonElement)
    const wide = Math.max(1, Math.floor(box.clientWidth / 40))
    const steps: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: wide, ArrowUp: -wide }
    const step = steps[event.key]
    if (step) all[Math.max(0, Math.min(all.length - 1, at + step))]?.focus()
    else if (event.key === 'Escape') props.close()
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <div ref={box} class="emoji" role="group" aria-label={t('composer.emoji')} onKeyDown={key}>
      <For each={GROUPS}>
        {(group) => (
          <div class="emoji-group">
            <For each={[...new Intl.Segmenter().segment(group)].map((one) => one.segment)}>
              {(sign, index) => <button class="button plain icon-only" tabindex={index() === 0 ? 0 : -1} onClick={() => props.choose(sign)}>{sign}</button>}
            </For>
          </div>
        )}
      </For>
    </div>
  )
}
