import { Agent } from 'node:http'
import { S3ControlClient } from '@aws-sdk/client-s3-control'
import { type Credentials, testRegion } from './accounts.ts'
import type { ServerAddress } from './raw-request.ts'

/**
 * The AWS SDK's client of S3 Control. It puts the account id in front of the host, which has to be a name for that; under
 * `localhost` names need not resolve, so the agent says where they lead.
 */
export function controlClient(
  { url, credentials: own }: ServerAddress,
  credentials: Credentials = own,
): S3ControlClient {
  const httpAgent = new Agent({
    lookup: (_, { all }, callback) => {
      if (all) callback(null, [{ address: '127.0.0.1', family: 4 }])
      else callback(null, '127.0.0.1', 4)
    },
  })
  return new S3ControlClient({
    endpoint: `http://localhost:${new URL(url).port}`,
    region: testRegion,
    maxAttempts: 1,
    credentials: { ...credentials },
    requestHandler: { httpAgent },
  })
}
