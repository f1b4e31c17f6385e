import { withMd5 } from '../access/access-room.ts'

export const ACCELERATE = 'accelerate='

export function accelerateXml(inner: string): string {
  return `<AccelerateConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${inner}</AccelerateConfiguration>`
}

/** What turns acceleration on or off: the parts of its request. */
export function accelerating(status: string) {
  const body = accelerateXml(`<Status>${status}</Status>`)
  return { query: ACCELERATE, body, headers: withMd5(body) }
}
