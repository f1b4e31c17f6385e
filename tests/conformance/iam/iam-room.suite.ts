import { CreateGroupCommand, type IAMClient, PutGroupPolicyCommand } from '@aws-sdk/client-iam'
import type { TestServer } from 'holdfast'
import { beforeAll } from 'vitest'
import { iamClient } from '../../support/identity-clients.ts'
import { startTestServer } from '../../support/server.ts'

/** There while tests run. */
export interface IamRoom {
  readonly server: TestServer
  /** Of the root user. */
  readonly iam: IAMClient
}

/** A server for the tests of a file, with what `prepare` makes in it. */
export function openIamRoom(prepare: (room: IamRoom) => Promise<unknown> = async () => {}): IamRoom {
  let opened: IamRoom | undefined
  const room = (): IamRoom => {
    if (!opened) throw new Error('a room is open while tests run')
    return opened
  }
  beforeAll(async () => {
    const server = await startTestServer()
    opened = { server, iam: iamClient(server) }
    await prepare(opened)
    return () => server[Symbol.asyncDispose]()
  })
  return {
    get server() {
      return room().server
    },
    get iam() {
      return room().iam
    },
  }
}

/** A new group with the policies `a` and `b`. */
export async function groupWithPolicies({ iam }: IamRoom, GroupName: string): Promise<void> {
  await iam.send(new CreateGroupCommand({ GroupName }))
  const PolicyDocument =
    '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:ListAllMyBuckets","Resource":"*"}}'
  for (const PolicyName of ['b', 'a']) {
    await iam.send(new PutGroupPolicyCommand({ GroupName, PolicyName, PolicyDocument }))
  }
}
