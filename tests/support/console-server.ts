import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { StartServerOptions, TestServer } from 'holdfast'
import type { ServerAddress } from './raw-request.ts'
import { startTestServer } from './server.ts'
import { temporaryDirectory } from './temporary-directory.ts'

/** What a build of the console leaves, in small. */
export const CONSOLE_FILES: Readonly<Record<string, string>> = {
  'index.html':
    '<!doctype html><title>Holdfast</title><script type="module" src="/-/console/assets/app-1a2b.js">',
  'index.html.gz': 'as gzip',
  'index.html.br': 'as brotli',
  'assets/app-1a2b.js': 'start()',
  'worker.js': 'work()',
}

export interface ConsoleServer extends AsyncDisposable {
  readonly server: TestServer
  /** The same server by the console's address. */
  readonly console: ServerAddress
}

/** A server in this process with its console, whose files are {@link CONSOLE_FILES} or those given. */
export async function startConsoleServer(
  options: StartServerOptions = {},
  files: Readonly<Record<string, string>> = CONSOLE_FILES,
): Promise<ConsoleServer> {
  const folder = await temporaryDirectory()
  await mkdir(join(folder.path, 'assets'))
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder.path, name), text)
  const server = await startTestServer({ consolePort: 0, consoleFolder: folder.path, ...options })
  return {
    server,
    console: { url: server.consoleUrl ?? '', credentials: server.credentials },
    async [Symbol.asyncDispose]() {
      await server.close()
      await folder[Symbol.asyncDispose]()
    },
  }
}
