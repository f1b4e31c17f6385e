import { testRegion } from '../support/accounts.ts'
import type { ServerAddress } from '../support/raw-request.ts'

/** Makes AWS's own tools use these credentials alone, whatever the user has configured. */
export function awsEnvironment(server: ServerAddress, home: string): Record<string, string> {
  return {
    HOME: home,
    AWS_ACCESS_KEY_ID: server.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: server.credentials.secretAccessKey,
    AWS_DEFAULT_REGION: testRegion,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_MAX_ATTEMPTS: '1',
    AWS_PAGER: '',
    HOLDFAST_URL: server.url,
  }
}
