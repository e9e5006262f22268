BEGIN;
INSERT INTO floor_ticket (subject, body, customer, "order", priority, status, created_at, updated_at)
VALUES ('杯子裂了', '收到时杯口有裂纹', 'C-1', 'O-1', 'normal', 'new', now(), now());
INSERT INTO floor_event (ticket_id, kind, data, happened_at) VALUES (currval('floor_ticket_id_seq'), 'ticket.open', '{}', now());
INSERT INTO floor_message (ticket_id, body, created_at) VALUES (currval('floor_ticket_id_seq'), '收到时杯口有裂纹', now());
INSERT INTO floor_timer (ticket_id, kind, due_at) VALUES (currval('floor_ticket_id_seq'), 'first_response', now());
INSERT INTO floor_timer (ticket_id, kind, due_at) VALUES (currval('floor_ticket_id_seq'), 'resolution', now());
COMMIT;
