// OpenAI's Agents SDK for Node: `node openai_agents.mjs FOLDER WAY URL KEY MODEL SCENARIO` with chat or responses.
// The last line is `RESULT {json}`, as driver.py describes it.

import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [folder, way, baseURL, apiKey, model, scenario] = process.argv.slice(2);
const require = createRequire(`${folder}/package.json`);
const load = (name) => import(pathToFileURL(require.resolve(name)).href);

const { Agent, OpenAIChatCompletionsModel, OpenAIResponsesModel, run, setTracingDisabled, tool } =
  await load("@openai/agents");
const { default: OpenAI } = await load("openai");
const { z } = await load("zod");
setTracingDisabled(true);

const client = new OpenAI({ baseURL: `${baseURL}/v1`, apiKey, maxRetries: 0 });
const Kind = way === "responses" ? OpenAIResponsesModel : OpenAIChatCompletionsModel;
const agent = (more) => new Agent({ name: "walker", model: new Kind(client, model), ...more });

const scenarios = {
  async story() {
    const answer = await run(agent(), "Tell me a short story. [sim:words=60]", { stream: true });
    let text = "";
    for await (const piece of answer.toTextStream()) text += piece;
    await answer.completed;
    return { text };
  },
  async tools() {
    const told = [];
    const weather = tool({
      name: "get_weather",
      description: "Tell the weather of a city.",
      parameters: z.object({ city: z.string() }),
      async execute({ city }) {
        told.push(`21 degrees in ${city}`);
        return told.at(-1);
      },
    });
    const broken = tool({
      name: "broken_tool",
      description: "A tool that never works.",
      parameters: z.object({ reason: z.string() }),
      async execute({ reason }) {
        told.push("broken");
        throw new Error(`The tool is broken: ${reason}`);
      },
    });
    const prompt = "Compare the weather of Paris and Oslo, then try the broken tool.";
    const { finalOutput } = await run(agent({ tools: [weather, broken] }), prompt);
    return { text: finalOutput, told };
  },
  async structured() {
    const outputType = z.object({ city: z.string(), degrees: z.number().int() });
    const { finalOutput } = await run(agent({ outputType }), "Describe the weather of Paris.");
    return { value: finalOutput };
  },
};

let found;
try {
  found = await scenarios[scenario]();
} catch (error) {
  found = { error: `${error?.name}: ${error?.message} ${error?.status ?? ""}` };
}
console.log(`\nRESULT ${JSON.stringify(found)}`);
