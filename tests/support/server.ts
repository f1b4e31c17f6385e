import { type RunningServer, startServer } from 'holdfast'
import { mainAccount, otherAccount } from './accounts.ts'

type StartOptions = NonNullable<Parameters<typeof startServer>[0]>

/** A server in this process with the test accounts; memory engines unless there is a data folder. */
export function startTestServer(options: StartOptions = {}): Promise<RunningServer> {
  return startServer({ accounts: [mainAccount, otherAccount], ...options })
}
