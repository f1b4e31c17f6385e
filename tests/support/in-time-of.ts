import type { TestServer } from 'holdfast'

/** Has a client sign by the clock of its server, which may be moved; it would go by the time that answers tell, which is the machine's. */
export function inTimeOf<Client extends { readonly config: object }>(
  { clock }: TestServer,
  client: Client,
): Client {
  const get = (): number => clock.now().getTime() - Date.now()
  Object.defineProperty(client.config, 'systemClockOffset', { get, set() {} })
  return client
}
