// The key that wraps whatever of secret chats lies in this browser: AES-256-GCM. The browser uses it and gives it to
// nobody, not even to us: what is copied off the disk opens nowhere else.

const IV = 12

/** Names a row, so that no row can be put in another's place. */
export type Place = readonly [store: string, ...key: number[]]

export class Vault {
  constructor(private readonly key: CryptoKey) {}

  static make(): Promise<CryptoKey> {
    return crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
  }

  async wrap(bytes: Uint8Array, place: Place): Promise<Uint8Array> {
    const iv = crypto.getRandomValues(new Uint8Array(IV))
    const sealed = new Uint8Array(await crypto.subtle.encrypt(how(iv, place), this.key, bytes as BufferSource))
    const whole = new Uint8Array(IV + sealed.length)
    whole.set(iv)
    whole.set(sealed, IV)
    return whole
  }

  /** Errors: OperationError, if this was not wrapped here, for this place. */
  async unwrap(wrapped: Uint8Array, place: Place): Promise<Uint8Array> {
    return new Uint8Array(await crypto.subtle.decrypt(how(wrapped.slice(0, IV), place), this.key, wrapped.slice(IV) as BufferSource))
  }
}

const how = (iv: Uint8Array, place: Place): AesGcmParams => ({ name: 'AES-GCM', iv: iv as BufferSource, additionalData: new TextEncoder().encode(place.join('/')) })
