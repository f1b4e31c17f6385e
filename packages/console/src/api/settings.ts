/** What the server tells before anybody has signed in. */
export interface Settings {
  readonly version: string
  readonly region: string
  /** Where browsers reach S3 itself: links to objects lead there. */
  readonly s3Url?: string
  readonly signIn: {
    readonly password: boolean
    readonly providers: readonly { readonly id: string; readonly name: string }[]
  }
}

let known: Promise<Settings> | undefined

export function settings(): Promise<Settings> {
  known ??= fetch('/-/console/settings.json')
    .then((response) => (response.ok ? (response.json() as Promise<Settings>) : DEFAULTS))
    .catch(() => {
      known = undefined
      return DEFAULTS
    })
  return known
}

const DEFAULTS: Settings = { version: '', region: 'us-east-1', signIn: { password: false, providers: [] } }

/** S3's own address, as this browser reaches it. */
export async function s3Url(): Promise<URL> {
  const { s3Url } = await settings()
  return new URL(s3Url ?? `${location.protocol}//${location.hostname}:9000`)
}
