import type { StartServerOptions, TestServer } from 'holdfast'
import { startTestServer } from '../support/server.ts'
import { builtConsole } from './built-console.ts'

export interface ConsoleSite extends AsyncDisposable {
  /** Where the console is. */
  readonly url: string
  /** The S3 server that it works on. */
  readonly s3: TestServer
}

/** A server in this process with the console as it is built. */
export async function startConsoleSite(options: StartServerOptions = {}): Promise<ConsoleSite> {
  const s3 = await startTestServer({ consolePort: 0, consoleFolder: await builtConsole(), ...options })
  return {
    url: `${s3.consoleUrl}/-/console/`,
    s3,
    [Symbol.asyncDispose]: () => s3.close(),
  }
}
