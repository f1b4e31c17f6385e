import { CreateAccountAliasCommand, ListAccountAliasesCommand } from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { queryRequest } from '../../../support/query-request.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

const room = openIamRoom()

it('lists the one that there is', async () => {
  const list = () => room.iam.send(new ListAccountAliasesCommand({ MaxItems: 1 }))
  expect(await list()).toMatchObject({ AccountAliases: [], IsTruncated: false })
  await room.iam.send(new CreateAccountAliasCommand({ AccountAlias: 'my-name' }))
  expect(await list()).toMatchObject({ AccountAliases: ['my-name'], IsTruncated: false })
})

it('answers in XML of IAM', async () => {
  const { text } = await queryRequest(room.server, 'iam', { Action: 'ListAccountAliases' })
  expect(text).toContain('<AccountAliases><member>my-name</member></AccountAliases>')
})

describeIamRequest('ListAccountAliases', { resource: '*' })
