import { useId } from 'preact/hooks'
import { listBuckets } from '../api/buckets.ts'
import { iamList } from '../api/iam.ts'
import { xmlText } from '../api/xml.ts'
import { Field, type FieldProps } from '../shared/field.tsx'
import { useLoaded } from '../shared/use-loaded.ts'
import type { Suggested } from './shape.ts'

const SERVICE = 's3.amazonaws.com'

const SOURCES: Readonly<Record<Suggested, () => Promise<string[]>>> = {
  roles: async () => {
    const roles = await iamList('ListRoles', 'Roles')
    const trusted = roles.filter((role) =>
      xmlText(role, 'AssumeRolePolicyDocument')?.includes(encodeURIComponent(`"${SERVICE}"`)),
    )
    return trusted.map((role) => xmlText(role, 'Arn') ?? '')
  },
  buckets: async () => (await listBuckets()).map(({ name }) => `arn:aws:s3:::${name}`),
}

/** A line of text, with what the account has that would fit offered to who may list it. */
export function SuggestedField({ from, ...field }: Omit<FieldProps, 'input'> & { readonly from: Suggested }) {
  const id = useId()
  const { value = [] } = useLoaded(() => SOURCES[from]().catch(() => []), [from])
  return (
    <>
      <Field {...field} input={{ list: id }} />
      <datalist id={id}>
        {value.map((suggestion) => (
          <option key={suggestion} value={suggestion} />
        ))}
      </datalist>
    </>
  )
}
