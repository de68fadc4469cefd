"""The statements of the room `safety`, which alone imports them: notices, cases, queues."""
