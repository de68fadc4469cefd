// The server's JSON doors for people without a telephone number.

export interface Invite {
  number: string
  /** The number as people read it. */
  shown: string
  /** Once a client has asked for it. */
  code: string | null
  token?: string
}

/** What the door refused: gone, closed, wait, wrong, again, refused or broken. */
export class DoorError extends Error {
  constructor(
    readonly reason: string,
    readonly wait: number,
  ) {
    super(reason)
  }
}

async function knock<T>(door: string, facts: Record<string, unknown>): Promise<T> {
  const answer = await fetch(`${import.meta.env.BASE_URL}api/${door}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(facts),
    cache: 'no-store',
  })
  const said = (await answer.json().catch(() => ({}))) as T & { error?: string; wait_s?: number }
  if (!answer.ok) throw new DoorError(said.error ?? 'broken', said.wait_s ?? 0)
  return said
}

/** What the invite gives. Errors: DoorError gone. */
export const invite = (token: string): Promise<Invite> => knock('invite', { token })

/** A new anonymous number, where everybody may join. Errors: DoorError closed, wait. */
export const newNumber = (): Promise<Invite> => knock('number', {})
