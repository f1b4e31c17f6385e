import { type RawAnswer, type RawRequest, rawRequest, type ServerAddress } from './raw-request.ts'

const VERSIONS = { iam: '2010-05-08', sts: '2011-06-15' } as const

/** A request of the Query protocol as it goes over the wire: a form. */
export function queryRequest(
  server: ServerAddress,
  service: keyof typeof VERSIONS,
  parameters: Readonly<Record<string, string>>,
  others: Partial<RawRequest> = {},
): Promise<RawAnswer> {
  return rawRequest(server, {
    method: 'POST',
    path: '/',
    headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
    body: new URLSearchParams({ Version: VERSIONS[service], ...parameters }).toString(),
    service,
    ...others,
  })
}
