import { type StartServerOptions, startServer, type TestServer } from 'holdfast'
import { mainAccount, otherAccount } from './accounts.ts'
import { engineOfTests } from './engine-of-tests.ts'

/** A server in this process with the test accounts; memory engines unless there is a data folder, or the tests run on another engine. */
export async function startTestServer(options: StartServerOptions = {}): Promise<TestServer> {
  const engine = options.dataDirectory === undefined ? await engineOfTests() : undefined
  const server = await startServer({
    accounts: [mainAccount, otherAccount],
    passwordCost: 16,
    ...engine?.options,
    ...options,
  })
  if (!engine) return server
  const close = async (): Promise<void> => {
    await server.close()
    await engine.remove()
  }
  return { ...server, close, [Symbol.asyncDispose]: close }
}
