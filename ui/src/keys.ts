import { mount } from "svelte";
import KeysWindow from "./features/connect/KeysWindow.svelte";
import { openHost } from "./ipc";
import "./styles/base.css";

const target = document.getElementById("app");
if (target) {
  await openHost();
  mount(KeysWindow, { target });
}
