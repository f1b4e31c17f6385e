import { S3Error } from '../../../model/s3-error.ts'

/**
 * Refuses members whose meaning is not built yet: to store a setting and not enforce it would be worse than to say no.
 * `headers` pairs each member with the header that S3 names in the answer.
 */
export function refuseUnsupported<Input extends object>(
  input: Input,
  headers: Readonly<Partial<Record<keyof Input & string, string>>>,
): void {
  for (const member of Object.keys(headers) as (keyof Input & string)[]) {
    const value = input[member]
    if (value === undefined || value === false) continue
    throw new S3Error(
      'NotImplemented',
      { Header: headers[member] ?? member },
      {
        message: 'A header you provided implies functionality that is not implemented',
      },
    )
  }
}
