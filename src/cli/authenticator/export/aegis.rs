use super::Arguments;
use super::password::password;
use super::place::Place;
use super::shipment::Shipment;
use crate::authenticator::export::aegis;
use crate::cli::failure::Failure;

pub(super) fn run(shipment: &Shipment<'_>, place: &Place, arguments: &Arguments) -> Result<(), Failure> {
    let encrypted = arguments.encrypt || arguments.export_password_file.is_some();
    let password = if encrypted { Some(password(arguments, shipment.app)?) } else { None };
    let file = aegis::write(&shipment.entries, password.as_ref(), &shipment.app.entropy)?;
    match place {
        Place::File(path) => shipment.write_file(path, &file)?,
        _ => shipment.write_stdout(&file)?,
    }
    if !encrypted {
        shipment.app.terminal.say("it is not encrypted; `--encrypt` asks for a password");
    }
    Ok(())
}
