import { DeliveryFailure } from '../s3/shared/announcing/event-sender.ts'

/** A client library, which is an optional dependency: loaded for the first message, and by nobody who has no use for it. */
export async function loadClient<Client>(name: string, load: () => Promise<Client>): Promise<Client> {
  try {
    return await load()
  } catch (cause) {
    throw new DeliveryFailure('unavailable', `it needs the package ${name}; install it`, { cause })
  }
}
