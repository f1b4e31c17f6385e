import { type StartServerOptions, startServer, type TestServer } from 'holdfast'
import { mainAccount, otherAccount } from './accounts.ts'

/** A server in this process with the test accounts; memory engines unless there is a data folder. */
export function startTestServer(options: StartServerOptions = {}): Promise<TestServer> {
  return startServer({ accounts: [mainAccount, otherAccount], passwordCost: 16, ...options })
}
