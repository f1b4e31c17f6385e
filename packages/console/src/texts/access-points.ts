export const accessPointTexts = {
  title: 'Access points',
  about:
    'Other names that lead to this bucket, each with a policy of its own: one for each team or program. What an access point lets, the bucket’s policy has to let too.',
  none: 'There are no access points.',
  create: 'Create access point',
  name: 'Name',
  nameHint:
    '3 to 50 small letters, digits and hyphens; in the place of the bucket’s name clients use its alias or ARN',
  delete: (name: string) => `Delete access point ${name}`,
  deleteQuestion: (name: string) => `Delete access point ${name}?`,
  deleteDetail: 'What uses it gets nothing any more. The bucket and its objects stay.',
  yes: 'Delete',
  deleted: 'The access point is deleted.',
  created: 'The access point is there.',
  alias: 'Alias',
  arn: 'ARN',
  blocks: 'Public access',
  blocksHint: 'Cannot be changed later',
  blocked: (names: readonly string[]) =>
    names.length === 0 ? 'Nothing is blocked.' : `Blocked: ${names.join('; ')}`,
  policy: (name: string) => `Policy of ${name}`,
}
