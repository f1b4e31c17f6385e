import { fileURLToPath } from 'node:url'
import type { TestContext } from 'vitest'
import { runPython } from '../support/forked-python.ts'
import { requirePythonModule } from '../support/require-command.ts'
import type { CommandResult } from '../support/run-command.ts'
import { clientTimeoutMilliseconds } from '../support/sizes.ts'
import { awsEnvironment } from './aws-environment.ts'
import type { ClientRoom } from './client-room.ts'

/** Runs a script of the folder `boto3` against the server of a room. */
export async function runBoto3(
  context: TestContext,
  { server, folder }: ClientRoom,
  script: string,
): Promise<CommandResult> {
  const python = await requirePythonModule(context, 'boto3')
  return runPython(python, fileURLToPath(new URL(`boto3/${script}`, import.meta.url)), [], {
    timeoutMilliseconds: clientTimeoutMilliseconds,
    environment: awsEnvironment(server, folder.path),
  })
}
