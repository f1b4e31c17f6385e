import type { AccessKey } from '../access/accounts.ts'

/** What a script is told of the server that it is for. */
export interface ScriptServer {
  readonly url: string
  readonly region: string
  readonly accessKey: AccessKey | undefined
}

/** Would lead AWS's tools to other credentials or another place than the ones that they are given. */
const MISLEADING = /^(HOLDFAST_|AWS_(PROFILE|DEFAULT_PROFILE|SESSION_TOKEN|ENDPOINT_URL))/

/** The environment of a script: this process's own, without its secrets, and what every tool of AWS needs to reach the server. */
export function scriptEnvironment(
  { url, region, accessKey }: ScriptServer,
  variables: Readonly<Record<string, string | undefined>> = process.env,
): Record<string, string> {
  const others = Object.entries(variables).flatMap(([name, value]) =>
    value === undefined || MISLEADING.test(name) ? [] : [[name, value] as const],
  )
  return {
    ...Object.fromEntries(others),
    // Everywhere is where a server listens, not where it is reached.
    AWS_ENDPOINT_URL: url.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:'),
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    ...(accessKey && {
      AWS_ACCESS_KEY_ID: accessKey.accessKeyId,
      AWS_SECRET_ACCESS_KEY: accessKey.secretAccessKey,
    }),
  }
}
