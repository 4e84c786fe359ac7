/** Samples that the emulator answers otherwise, each with the reason that Microsoft's own documents give. */
export const DISAGREEMENTS: Readonly<Record<string, string>> = {
  'query-parameters-1':
    'The request of the page’s section on $top stands beside the answer of its section on $expand, a refusal to expand a photo (learn.microsoft.com/graph/query-parameters): a list of mails is not refused so.',
};
