/** A connection between the primary and a worker. */
export interface ConfigChannel {
  send(message: object): void
  onMessage(take: (message: unknown) => void): void
}

/** What a worker starts with, whatever became of the file meanwhile. */
export interface GivenConfig {
  /** Of the config file; absent where none is named. */
  readonly fileText?: string | undefined
  /** Whether it is the first worker to start with it, which sees to what is to be done once. */
  readonly isFirst: boolean
}

type Message =
  | { readonly type: 'config-asked' }
  | { readonly type: 'config'; readonly given: GivenConfig }
  | { readonly type: 'setting-up' }
  | { readonly type: 'setting-up-noted' }
  | { readonly type: 'retire' }

/** The primary's side. */
export function answerWithConfig(channel: ConfigChannel, given: GivenConfig): void {
  channel.onMessage((message) => {
    if (isMessage(message) && message.type === 'config-asked')
      channel.send({ type: 'config', given } satisfies Message)
  })
}

/** The worker's side. */
export async function askForConfig(channel: ConfigChannel): Promise<GivenConfig> {
  const answer = messageOf(channel, 'config')
  channel.send({ type: 'config-asked' } satisfies Message)
  return (await answer).given
}

/** The primary's side: `note` is called before a worker begins to set up what its config says of buckets and quotas. */
export function noteSettingUp(channel: ConfigChannel, note: () => void): void {
  channel.onMessage((message) => {
    if (!isMessage(message) || message.type !== 'setting-up') return
    note()
    channel.send({ type: 'setting-up-noted' } satisfies Message)
  })
}

/** The worker's side: resolves once it is noted, whatever becomes of the worker then. */
export async function tellSettingUp(channel: ConfigChannel): Promise<void> {
  const noted = messageOf(channel, 'setting-up-noted')
  channel.send({ type: 'setting-up' } satisfies Message)
  await noted
}

/**
 * Asks a worker to end since another has taken its place. By the way that connections come: it knows by then of all that
 * were given to it.
 */
export function retire(channel: ConfigChannel): void {
  channel.send({ type: 'retire' } satisfies Message)
}

/** The worker's side: resolves when it is asked to. */
export async function retirement(channel: ConfigChannel): Promise<'retired'> {
  await messageOf(channel, 'retire')
  return 'retired'
}

/** The first one of its type. */
function messageOf<Type extends Message['type']>(
  channel: ConfigChannel,
  type: Type,
): Promise<Extract<Message, { readonly type: Type }>> {
  const isOfType = (message: Message): message is Extract<Message, { readonly type: Type }> =>
    message.type === type
  return new Promise((resolve) => {
    channel.onMessage((message) => {
      if (isMessage(message) && isOfType(message)) resolve(message)
    })
  })
}

function isMessage(message: unknown): message is Message {
  return typeof message === 'object' && message !== null && 'type' in message
}
