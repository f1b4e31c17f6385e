import type { S3Client } from '@aws-sdk/client-s3'

/** What a client sends, written down. */
export class SentRequests {
  readonly all: { readonly operation: string; readonly partNumber: number | undefined }[] = []

  constructor(client: S3Client) {
    client.middlewareStack.add(
      (next, context) => (args) => {
        const { PartNumber: partNumber } = args.input as { PartNumber?: number }
        this.all.push({ operation: (context.commandName ?? '').replace(/Command$/, ''), partNumber })
        return next(args)
      },
      { step: 'initialize' },
    )
  }

  count(operation: string): number {
    return this.all.filter((request) => request.operation === operation).length
  }

  forget(): void {
    this.all.length = 0
  }
}
