// The official Node SDK against a server: `node openai_node.mjs BASE_URL KEY`.
// Prints one JSON object: scenario → what the SDK made of it, or {error: {name, status, …}}.

import OpenAI from "openai";

const [baseURL, apiKey] = process.argv.slice(2);
const client = new OpenAI({ baseURL, apiKey, maxRetries: 0 });
const hello = [{ role: "user", content: "Say hello in one sentence." }];
const weather = [{ role: "user", content: "What is the weather in Paris? Ask in parallel." }];

const asked = [];
const getWeather = {
  type: "function",
  function: {
    name: "get_weather",
    parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
    parse: JSON.parse,
    function: ({ city }) => {
      asked.push(city);
      return `21 degrees in ${city}`;
    },
  },
};

async function tools(model, stream) {
  asked.length = 0;
  const runner = client.chat.completions.runTools({ model, messages: weather, tools: [getWeather], stream });
  return { text: await runner.finalContent(), asked: [...asked], roles: runner.messages.map(({ role }) => role) };
}

const scenarios = {
  async models() {
    const ids = [];
    for await (const model of client.models.list()) ids.push(model.id);
    return { ids, one: await client.models.retrieve("gemini-2.5-pro") };
  },
  whole: () => client.chat.completions.create({ model: "gemini-2.5-pro", messages: hello }),
  async streamed() {
    const stream = client.chat.completions.stream({
      model: "gemini-2.5-pro",
      messages: hello,
      stream_options: { include_usage: true },
    });
    const deltas = [];
    stream.on("content", (delta) => deltas.push(delta));
    return { final: await stream.finalChatCompletion(), text: deltas.join(""), count: deltas.length };
  },
  tools_whole: () => tools("gemini-2.5-pro", false),
  tools_streamed: () => tools("gemini-2.5-pro", true),
  tools_signed: () => tools("gemini-3.1-pro-preview", true),
  responses_whole: () => client.responses.create({ model: "gemini-2.5-pro", input: "Say hello." }),
  async responses_streamed() {
    const stream = client.responses.stream({ model: "gemini-2.5-pro", input: "Say hello." });
    const kinds = [];
    const deltas = [];
    stream.on("event", ({ type }) => kinds.push(type));
    stream.on("response.output_text.delta", ({ delta }) => deltas.push(delta));
    const { output_text } = await stream.finalResponse();
    return { kinds, text: deltas.join(""), output_text };
  },
  async responses_tools() {
    const model = "gemini-3.1-pro-preview";
    const tools = [{ type: "function", name: "get_weather", parameters: getWeather.function.parameters, strict: false }];
    const input = [...weather];
    const first = await client.responses.create({ model, input, tools, include: ["reasoning.encrypted_content"], store: false });
    input.push(...first.output);
    for (const item of first.output)
      if (item.type === "function_call")
        input.push({ type: "function_call_output", call_id: item.call_id, output: "21 degrees" });
    const last = await client.responses.create({ model, input, tools, store: false });
    return { kinds: first.output.map(({ type }) => type), text: last.output_text };
  },
  async cut() {
    const messages = [{ role: "user", content: "A long story. [sim:fault=cut] [sim:words=200]" }];
    return client.chat.completions.stream({ model: "gemini-2.5-flash", messages }).finalChatCompletion();
  },
  unknown_model: () => client.chat.completions.create({ model: "gpt-9", messages: hello }),
};

const results = {};
for (const [name, run] of Object.entries(scenarios)) {
  try {
    results[name] = await run();
  } catch (error) {
    const { status, code, param, message } = error;
    results[name] = { error: { name: error.constructor.name, status, code, param, message } };
  }
}
console.log(JSON.stringify(results));
