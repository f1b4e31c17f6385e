import { KMSClient } from '@aws-sdk/client-kms'
import { type Credentials, testRegion } from './accounts.ts'
import type { ServerAddress } from './raw-request.ts'

interface ServerWithClock extends ServerAddress {
  readonly clock?: { now(): Date }
}

/**
 * The official client of the key service. It does not try again: a test wants the first answer. It signs with the
 * server's time where that can be moved.
 */
export function kmsClient(server: ServerWithClock, credentials: Credentials = server.credentials): KMSClient {
  // A copy: the client writes into it.
  const own = { ...credentials }
  const client = new KMSClient({ endpoint: server.url, region: testRegion, credentials: own, maxAttempts: 1 })
  const { clock } = server
  if (clock) {
    // The client would set it by the Date of answers, which is the machine's.
    Object.defineProperty(client.config, 'systemClockOffset', {
      get: () => clock.now().getTime() - Date.now(),
      set: () => {},
    })
  }
  return client
}
