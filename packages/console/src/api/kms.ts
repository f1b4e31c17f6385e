import { send } from './send.ts'

/** Calls the key service. */
export async function kms<T>(action: string, parameters: object = {}): Promise<T> {
  const headers = {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': `TrentService.${action}`,
  }
  const body = JSON.stringify(parameters)
  const response = await send({ method: 'POST', path: '/', service: 'kms', headers, body })
  const text = await response.text()
  return (text === '' ? {} : JSON.parse(text)) as T
}
