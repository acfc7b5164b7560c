// GraphiQL against the endpoint of the page's own origin, and nothing else: no other host, no plugin from elsewhere.

import React from 'react';
import { createRoot } from 'react-dom/client';
import { GraphiQL } from 'graphiql';
import 'graphiql/style.css';
import './page.css';

const WELCOME = `# Ctrl-Enter runs the query; the book on the left is the schema.
# Answers carry what they cost in extensions.queryCost.

{
  __typename
}
`;

async function fetcher(request, options = {}) {
  const response = await fetch('/graphql', {
    method: 'POST',
    credentials: 'omit',
    headers: {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json, application/json;q=0.9',
      ...options.headers,
    },
    body: JSON.stringify(request),
  });
  return response.json();
}

createRoot(document.getElementById('graphiql')).render(
  <GraphiQL fetcher={fetcher} defaultQuery={WELCOME} shouldPersistHeaders={false} />,
);
