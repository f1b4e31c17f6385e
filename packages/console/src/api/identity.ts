import { sendAs } from './send.ts'
import type { Session } from './session.ts'
import { parseXml } from './xml.ts'

/** Who signs with these credentials, as STS says (GetCallerIdentity). */
export async function callerIdentity(
  session: Pick<Session, 'credentials' | 'region'>,
): Promise<{ readonly account: string; readonly arn: string }> {
  const response = await sendAs(
    { ...session, account: '', arn: '' },
    {
      method: 'POST',
      path: '/',
      service: 'sts',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'Action=GetCallerIdentity&Version=2011-06-15',
    },
  )
  const document = parseXml(await response.text())
  const text = (name: string): string => document.querySelector(name)?.textContent ?? ''
  return { account: text('Account'), arn: text('Arn') }
}
