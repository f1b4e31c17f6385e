import { ListServerCertificatesCommand } from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

const room = openIamRoom()

it('lists none', async () => {
  const page = await room.iam.send(
    new ListServerCertificatesCommand({ PathPrefix: '/cloudfront/', MaxItems: 5 }),
  )
  expect(page).toMatchObject({ ServerCertificateMetadataList: [], IsTruncated: false })
})

describeIamRequest('ListServerCertificates', { resource: '*' })
