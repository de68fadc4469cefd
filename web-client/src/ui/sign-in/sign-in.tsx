// Coming in: a phone number and a code, then a name for who is new and a password for who has one. Or a code to scan.

import { createSignal, lazy, Match, onMount, Show, Switch, type JSX } from 'solid-js'
import type { tl } from '@mtcute/web'
import { useAccount } from '../../state/account'
import { errorName } from '../../telegram/errors'
import { here, type Here } from '../../telegram/here'
import { activeSlot } from '../../telegram/slots'
import { t } from '../../texts'
import { go, place } from '../router'
import { CodeStep, NameStep, PasswordStep, PhoneStep } from './steps'
import { Languages } from './languages'

const QrStep = lazy(() => import('./qr'))
const JoinStep = lazy(() => import('./join'))
const PasskeyStep = lazy(() => import('./passkey'))
const KeepStep = lazy(() => import('./keep'))

export type Step = 'phone' | 'code' | 'name' | 'password' | 'qr' | 'join' | 'keep'
export interface Asked {
  phone: string
  hash: string
  type: tl.auth.TypeSentCodeType
  /** There is another way for the code to come. */
  other: boolean
  timeout?: number
}

export function SignIn(props: { entered: () => void }): JSX.Element {
  const account = useAccount()
  const token = (): string => (place().path[0] === 'join' ? (place().path[1] ?? '') : '')
  const [step, setStep] = createSignal<Step>(place().path[0] === 'join' ? 'join' : 'phone')
  const [asked, setAsked] = createSignal<Asked>()
  const [code, setCode] = createSignal('')
  const [facts, setFacts] = createSignal<Here>()
  /** A test number in the address; its code, five times its sixth digit, is no secret. */
  const part = (): string => (place().path[0] === 'sign-in' ? (place().path[1] ?? '') : '')

  /** They are in; who has just come without a number is first asked how they want to come back. */
  const finish = async (authorization: tl.auth.TypeAuthorization, fresh = false): Promise<void> => {
    if (authorization._ === 'auth.authorizationSignUpRequired') return void setStep('name')
    await account.signedIn(authorization)
    if (fresh) setStep('keep')
    else props.entered()
  }
  const wait = async (phone: string, sent: tl.auth.TypeSentCode): Promise<void> => {
    if (sent._ === 'auth.sentCodeSuccess') return finish(sent.authorization)
    if (sent._ !== 'auth.sentCode') throw new Error(sent._)
    setAsked({ phone, hash: sent.phoneCodeHash, type: sent.type, other: sent.nextType !== undefined, timeout: sent.timeout })
    setStep('code')
  }
  const askCode = async (phone: string): Promise<void> =>
    wait(phone, await account.call({ _: 'auth.sendCode', phoneNumber: phone, apiId: 1, apiHash: 'chappe-web', settings: { _: 'codeSettings' } }))
  const askAgain = async ({ phone, hash, other }: Asked): Promise<void> =>
    other ? wait(phone, await account.call({ _: 'auth.resendCode', phoneNumber: phone, phoneCodeHash: hash })) : askCode(phone)
  const tryCode = async (entered: string): Promise<void> => {
    const { phone, hash } = asked()!
    setCode(entered)
    try {
      await finish(await account.call({ _: 'auth.signIn', phoneNumber: phone, phoneCodeHash: hash, phoneCode: entered }))
    } catch (error) {
      if (errorName(error) !== 'SESSION_PASSWORD_NEEDED') throw error
      setStep('password')
    }
  }
  onMount(async () => {
    setFacts(await here())
    if (!facts()!.test_mode || !/^99966\d{5,9}$/.test(part())) return
    await askCode(part())
    if (step() === 'code') await tryCode(part().charAt(5).repeat(5))
  })
  const signUp = async (firstName: string, lastName: string): Promise<void> => {
    const { phone, hash } = asked()!
    await finish(await account.call({ _: 'auth.signUp', phoneNumber: phone, phoneCodeHash: hash, firstName, lastName }))
  }
  const tryPassword = async (password: string): Promise<void> => {
    const rules = await account.call({ _: 'account.getPassword' })
    const proof = await account.link.client.computeSrpParams(rules, password)
    await finish(await account.call({ _: 'auth.checkPassword', password: proof }))
  }

  return (
    <main class="sign-in">
      <div class="sign-in-card card">
        <Mark />
        <h1>{facts()?.name ?? 'Chappe'}</h1>
        <Switch>
          <Match when={step() === 'join'}>
            <JoinStep token={token()} finish={finish} setStep={setStep} />
          </Match>
          <Match when={step() === 'keep'}>
            <KeepStep done={props.entered} />
          </Match>
          <Match when={step() === 'phone'}>
            <PhoneStep ask={askCode} test={facts()?.test_mode === true} />
            <div class="sign-in-others">
              <Show when={facts()?.sign_up === 'open'}>
                <button class="button quiet wide" onClick={() => setStep('join')}>{t('sign_in.without_phone')}</button>
              </Show>
              <PasskeyStep finish={finish} needsPassword={() => setStep('password')} />
              <button class="button quiet wide" onClick={() => setStep('qr')}>{t('sign_in.qr')}</button>
            </div>
          </Match>
          <Match when={step() === 'code'}>
            <CodeStep asked={asked()!} tryCode={tryCode} back={() => setStep('phone')} again={() => askAgain(asked()!)} known={code()} />
          </Match>
          <Match when={step() === 'name'}>
            <NameStep signUp={signUp} />
          </Match>
          <Match when={step() === 'password'}>
            <PasswordStep tryPassword={tryPassword} />
          </Match>
          <Match when={step() === 'qr'}>
            <QrStep finish={finish} needsPassword={() => setStep('password')} back={() => setStep('phone')} />
          </Match>
        </Switch>
        <Show when={activeSlot() && step() !== 'keep'}>
          <button class="button plain" onClick={() => go('', true)}>{t('sign_in.back_to_chats')}</button>
        </Show>
      </div>
      <Languages />
    </main>
  )
}

/** A mast, a beam, two arms. */
export function Mark(): JSX.Element {
  return (
    <svg class="mark sign-in-mark" viewBox="0 0 48 48" aria-hidden="true">
      <path d="M24 44V14M18 44h12" />
      <path d="M11 14h26" />
      <path class="arm" d="M11 14L5 23M37 14l6-9" />
    </svg>
  )
}
