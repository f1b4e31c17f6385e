const WHOLE = /^arn:aws[a-z-]*:lambda:[a-z0-9-]{1,64}:\d{12}:function:/
const FUNCTION = /^(?:(?:(\d{12}):)?function:)?([\w-]{1,64}(?::(?:\$LATEST|[\w-]{1,128}))?)$/

/**
 * The whole ARN of a function that is named by its ARN, a part of that or its name, each with a version or an alias or without one;
 * absent where it is none of these. Source: Lambda API Reference, Invoke, FunctionName.
 */
export function functionArn(
  text: string,
  { region, accountId }: { readonly region: string; readonly accountId: string },
): string | undefined {
  const start = WHOLE.exec(text)?.[0] ?? ''
  const [, account = accountId, name] = FUNCTION.exec(text.slice(start.length)) ?? []
  if (name === undefined) return undefined
  if (start !== '') return text
  return `arn:aws:lambda:${region}:${account}:function:${name}`
}

export function isFunctionArn(arn: string): boolean {
  return arn.split(':')[2] === 'lambda'
}

/** The ARN of the function itself, and which version or alias of it is named. */
export function splitQualifier(arn: string): readonly [arn: string, qualifier: string | undefined] {
  const parts = arn.split(':')
  return [parts.slice(0, 7).join(':'), parts[7]]
}
