import type { S3Client } from '@aws-sdk/client-s3'

/** What any single request may be given beside its parameters: an abort signal, a time limit. */
export type RequestOptions = NonNullable<Parameters<S3Client['send']>[1]>

/** The parameters of an operation without those that the resource binds. */
export type Unbound<Input, Bound extends keyof Input = never> = Omit<Input, Bound>
