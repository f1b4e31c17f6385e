import type { S3Service } from '../../shared/service/service.ts'

export function jobArn({ settings }: Pick<S3Service, 'settings'>, accountId: string, jobId: string): string {
  return `arn:aws:s3:${settings.region}:${accountId}:job/${jobId}`
}
