import type { TestServer } from 'holdfast'
import type { Credentials } from '../support/accounts.ts'

/** What a model is held against: one server, or nodes of one store. */
export interface ModelServer {
  /** Of whoever takes the next request. */
  readonly url: string
  readonly credentials: Credentials
  now(): Date
  /** Sets the time, backwards too; resolves when the workers have done what is due by then. */
  setTime(time: Date): Promise<void>
}

export function oneServer(server: TestServer): ModelServer {
  const { url, credentials, clock } = server
  return {
    url,
    credentials,
    now: () => clock.now(),
    async setTime(time) {
      clock.set(time)
      await server.settle()
    },
  }
}
