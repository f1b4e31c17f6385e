import { commandsOfPage } from '../pages/page-commands.ts'

/** What the page leaves to the reader: words before or after a command of it that stands in a paragraph or a table. */
const MORE: Readonly<Record<string, (command: string) => string>> = {
  // It asks for the secret.
  'mc alias set old http://minio.example.com:9000 admin': (command) => `${command} <<< admin-secret`,
  'mc admin heal old/BUCKET': (command) => command.replace('BUCKET', 'from-minio'),
  'mc ls': (command) => `${command} old`,
  'mc quota': (command) => `${command} set old/from-minio --size 1GiB`,
  'holdfast quota': (command) =>
    `HOLDFAST_ACCESS_KEY=admin HOLDFAST_SECRET_KEY=admin-secret ${command} --data /srv/holdfast`,
  'aws iam delete-access-key': (command) =>
    `aws="aws --endpoint-url http://:9100"; $aws iam create-user --user-name spare >spare.json; key=$($aws iam create-access-key --user-name spare --query AccessKey.AccessKeyId --output text); ` +
    `${command.replace('aws', '$aws')} --user-name spare --access-key-id $key`,
}

/** What MinIO has and this server does not, by the names of its commands. */
const NAMED_ALONE = new Set(['mc replicate', 'mc ilm tier'])

/** All commands of docs/from-minio.md in their order, those in passing too, as they can be typed; one that serves is the first. */
export async function commandsFromMinio(): Promise<string[]> {
  const sections = await commandsOfPage('docs/from-minio.md')
  const commands = [...sections.values()].flat().filter((command) => !NAMED_ALONE.has(command))
  const isServing = (command: string): boolean => command.includes('holdfast serve')
  const ordered = [...commands.filter(isServing), ...commands.filter((command) => !isServing(command))]
  return ordered.map((command) => MORE[command]?.(command) ?? command)
}
