// Passkeys between the browser, which speaks JSON with base64url, and the server, which speaks TL.

import type { tl } from '@mtcute/web'
import { takesPasskeys } from './here'

const bytes = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (letter) => letter.charCodeAt(0))
const text = (buffer: ArrayBuffer): string =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')
const json = (buffer: ArrayBuffer): tl.RawDataJSON => ({ _: 'dataJSON', data: new TextDecoder().decode(buffer) })

export const passkeysWork = (): boolean => 'PublicKeyCredential' in window && isSecureContext && takesPasskeys()

interface PlainDescriptor {
  id: string
  type: 'public-key'
  transports?: AuthenticatorTransport[]
}
const descriptor = (one: PlainDescriptor): PublicKeyCredentialDescriptor => ({ ...one, id: bytes(one.id) })

/** The options as the browser wants them: some servers wrap them in `publicKey`. */
function optionsOf(data: string): Record<string, unknown> {
  const plain = JSON.parse(data) as Record<string, unknown>
  return (plain.publicKey as Record<string, unknown> | undefined) ?? plain
}

/** The person has chosen a passkey and proved to hold it. Errors: NotAllowedError when they refuse. */
export async function usePasskey(options: tl.TypeDataJSON): Promise<tl.TypeInputPasskeyCredential> {
  const plain = optionsOf(options.data)
  const allowed = (plain.allowCredentials as PlainDescriptor[] | undefined)?.map(descriptor)
  const publicKey = { ...plain, challenge: bytes(plain.challenge as string), allowCredentials: allowed } as PublicKeyCredentialRequestOptions
  const found = (await navigator.credentials.get({ publicKey })) as PublicKeyCredential
  const response = found.response as AuthenticatorAssertionResponse
  return {
    _: 'inputPasskeyCredentialPublicKey',
    id: found.id,
    rawId: text(found.rawId),
    response: {
      _: 'inputPasskeyResponseLogin',
      clientData: json(response.clientDataJSON),
      authenticatorData: new Uint8Array(response.authenticatorData),
      signature: new Uint8Array(response.signature),
      userHandle: response.userHandle ? new TextDecoder().decode(response.userHandle) : '',
    },
  }
}

/** The device has made a passkey for this account. Errors: NotAllowedError, InvalidStateError. */
export async function makePasskey(options: tl.TypeDataJSON): Promise<tl.TypeInputPasskeyCredential> {
  const plain = optionsOf(options.data)
  const user = plain.user as { id: string; name: string; displayName: string }
  const known = (plain.excludeCredentials as PlainDescriptor[] | undefined)?.map(descriptor)
  const publicKey = {
    ...plain,
    challenge: bytes(plain.challenge as string),
    user: { ...user, id: bytes(user.id) },
    excludeCredentials: known,
  } as unknown as PublicKeyCredentialCreationOptions
  const made = (await navigator.credentials.create({ publicKey })) as PublicKeyCredential
  const response = made.response as AuthenticatorAttestationResponse
  return {
    _: 'inputPasskeyCredentialPublicKey',
    id: made.id,
    rawId: text(made.rawId),
    response: {
      _: 'inputPasskeyResponseRegister',
      clientData: json(response.clientDataJSON),
      attestationData: new Uint8Array(response.attestationObject),
    },
  }
}
