import { awsEnvironment } from '../clients/aws-environment.ts'
import type { ServerAddress } from '../support/raw-request.ts'
import type { PageRoom } from './page-room.ts'

/** The AWS CLI of a room asks this server. */
export function useAws(room: PageRoom, server: ServerAddress): void {
  const more = { AWS_ENDPOINT_URL: server.url, AWS_REGION: 'us-east-1' }
  Object.assign(room.environment, awsEnvironment(server, room.path), more)
}
