import { expect, it } from 'vitest'
import { commandsIn } from './page-commands.ts'

const PAGE = `# A page

Say \`holdfast look\` or \`some words\`; \`holdfast look --at\` is a mention.

## One

\`\`\`sh
holdfast look --at this     # a comment
# a comment alone
aws s3 '{
  "a": 1}'
\`\`\`

\`\`\`
$ curl -i here
what it answered
\`\`\`

## Two

\`kill -HUP\` and \`holdfast serve --new\`, \`holdfast serve --new\`.

## Three

Nothing to type.
`

it('the commands of a page are what somebody would type, by section, once each', () => {
  expect([...commandsIn(PAGE)]).toEqual([
    ['One', ['holdfast look --at this', `aws s3 '{\n  "a": 1}'`, 'curl -i here']],
    ['Two', ['kill -HUP', 'holdfast serve --new']],
  ])
})
