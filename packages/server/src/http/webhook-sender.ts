import type { WebhookConfig } from '../config/config.ts'
import { DeliveryFailure, type EventSender } from '../s3/shared/announcing/event-sender.ts'

/** How long a destination may take to answer. */
const TIMEOUT_MILLISECONDS = 10_000

/** Posts messages to webhooks. What it throws names neither the URL nor the header: both may be secrets. */
export class WebhookSender implements EventSender {
  readonly #webhooks: ReadonlyMap<string, WebhookConfig>
  readonly #timeoutMilliseconds: number

  constructor(webhooks: ReadonlyMap<string, WebhookConfig>, timeoutMilliseconds = TIMEOUT_MILLISECONDS) {
    this.#webhooks = webhooks
    this.#timeoutMilliseconds = timeoutMilliseconds
  }

  async send(destination: string, message: string, signal: AbortSignal): Promise<void> {
    const webhook = this.#webhooks.get(destination)
    if (!webhook) throw new DeliveryFailure('unavailable', 'the config has no such destination')
    const deadline = new AbortController()
    const timer = setTimeout(() => deadline.abort(), this.#timeoutMilliseconds)
    try {
      const status = await post(webhook, destination, message, AbortSignal.any([signal, deadline.signal]))
      if (status < 200 || status > 299) throw failureOf(status)
    } catch (error) {
      throw deadline.signal.aborted
        ? new DeliveryFailure('unavailable', 'it did not answer in time')
        : unreached(error)
    } finally {
      clearTimeout(timer)
    }
  }
}

async function post(
  { url, authorization }: WebhookConfig,
  destination: string,
  body: string,
  signal: AbortSignal,
): Promise<number> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'user-agent': 'Holdfast',
      // Several destinations may share a URL.
      'x-holdfast-destination': destination,
      ...(authorization !== undefined && { authorization }),
    },
    body,
    // To follow one would send the secret elsewhere.
    redirect: 'manual',
    signal,
  })
  // What it says besides does not matter, and may be endless.
  await answer.body?.cancel()
  return answer.status
}

/** What a server answers to a message that it will never take, as far as that can be told. */
function failureOf(status: number): DeliveryFailure {
  const isRefusal = status >= 400 && status < 500 && ![408, 425, 429].includes(status)
  return new DeliveryFailure(isRefusal ? 'refused' : 'unavailable', `it answered ${status}`)
}

function unreached(error: unknown): DeliveryFailure {
  if (error instanceof DeliveryFailure) return error
  const code = codeOf(error)
  const reason = code === undefined ? 'it could not be reached' : `it could not be reached (${code})`
  return new DeliveryFailure('unavailable', reason)
}

/** For example ECONNREFUSED. */
function codeOf(error: unknown): string | undefined {
  const cause = error instanceof Error ? error.cause : undefined
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined
}
