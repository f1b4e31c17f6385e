import { expect, it } from 'vitest'
import { makeUser } from '../../../support/identity-clients.ts'
import { type IamRoom, openIamRoom } from '../iam-room.suite.ts'

/** What holds of a listing of what no user can have here. */
export function describeNoneOfUser(
  member: string,
  list: (iam: IamRoom['iam'], UserName?: string) => Promise<object>,
): void {
  const room = openIamRoom(({ server }) => makeUser(server, 'alone'))

  it('tells of none, so that a user can be deleted by clients that ask first', async () => {
    expect(await list(room.iam, 'alone')).toMatchObject({ [member]: [], IsTruncated: false })
  })

  it('tells of none of the root user, which need not name itself', async () => {
    expect(await list(room.iam)).toMatchObject({ [member]: [], IsTruncated: false })
  })

  it('knows no user that is not there', async () => {
    await expect(list(room.iam, 'nobody')).rejects.toMatchObject({
      name: 'NoSuchEntityException',
      $metadata: { httpStatusCode: 404 },
    })
  })
}
